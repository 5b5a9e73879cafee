import { Button, PasswordInput } from '@mantine/core';
import { useEffect, useState, type SyntheticEvent } from 'react';
import { answer } from '../api/client';
import { meControllerRead } from '../api/generated/sdk.gen';
import { asProblem } from '../api/problem';
import { Loading } from '../ui/states';
import { beginSession, confirmSession, endSession, type Session } from './session';

/** Asks for a token, and asks the server whether it is one. */
export function SignIn({ session }: { readonly session: Session }) {
  const [token, setToken] = useState('');
  const isChecking = session.state === 'checking';
  useEffect(() => {
    document.title = 'Sign in · Flightdeck';
    if (!isChecking) return;
    answer(meControllerRead()).then(confirmSession, (error: unknown) =>
      endSession(whyNot(error), asProblem(error, 0).status !== 0),
    );
  }, [isChecking]);
  if (isChecking) return <Loading what="Flightdeck" />;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (token.trim() !== '') beginSession(token.trim());
  };
  return (
    <main className="fd-sign-in">
      <form className="fd-panel" onSubmit={submit}>
        <h1 style={{ margin: 0, fontSize: 20 }}>Flightdeck</h1>
        <p style={{ margin: 0 }} className="fd-dim">
          Open the link that <code>npm start</code> prints, or paste a token: the administrator’s is in the
          file <code>admin-token</code> of the data directory; others are made under System, Keys.
        </p>
        <PasswordInput
          label="Token"
          size="sm"
          data-autofocus
          autoFocus
          autoComplete="current-password"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={session.state === 'signed-out' ? session.why : undefined}
        />
        <Button type="submit" size="sm" disabled={token.trim() === ''}>
          Sign in
        </Button>
      </form>
    </main>
  );
}

function whyNot(error: unknown): string {
  const { status, title } = asProblem(error, 0);
  if (status === 401) return 'The token is not valid.';
  if (status === 403) return 'This token is too old for the console: make a new key.';
  return title;
}
