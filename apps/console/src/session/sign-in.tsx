import { Button, PasswordInput } from '@mantine/core';
import { useEffect, useState, type SyntheticEvent } from 'react';
import { answer } from '../api/client';
import { meControllerRead } from '../api/generated/sdk.gen';
import { asProblem } from '../api/problem';
import { Loading } from '../ui/states';
import { askWay, type IssuerWay } from './oidc/provider';
import { beginSession, confirmSession, endSession, type Session, type SignedInBy } from './session';
import { signInAtIssuer } from './start';

/** Asks who somebody is, by an issuer or by token, and asks the server what they may do. */
export function SignIn({ session }: { readonly session: Session }) {
  const checked = session.state === 'checking' ? session.by : undefined;
  useEffect(() => {
    document.title = 'Sign in · Flightdeck';
    if (checked === undefined) return;
    answer(meControllerRead()).then(confirmSession, (error: unknown) =>
      endSession(whyNot(error, checked), asProblem(error, 0).status !== 0),
    );
  }, [checked]);
  if (session.state !== 'signed-out')
    return <Loading what={session.state === 'at-issuer' ? 'your session' : 'Flightdeck'} />;
  return (
    <main className="fd-sign-in">
      <div className="fd-panel fd-sign-in-card">
        <h1>Flightdeck</h1>
        {session.why !== undefined && (
          <p role="alert" className="fd-tone-warn fd-sign-in-why">
            {session.why}
          </p>
        )}
        <Ways />
      </div>
    </main>
  );
}

function Ways() {
  const [way, setWay] = useState<IssuerWay | null>();
  const [whyNot, setWhyNot] = useState<string>();
  useEffect(() => {
    askWay().then(setWay, (error: unknown) => {
      setWay(null);
      setWhyNot(error instanceof Error ? error.message : undefined);
    });
  }, []);
  if (way === undefined) return <Loading what="the ways to sign in" />;
  return (
    <>
      {whyNot !== undefined && <p role="alert">{whyNot}</p>}
      {way !== null && (
        <>
          <Button size="sm" data-autofocus autoFocus onClick={signInAtIssuer}>
            Sign in at {new URL(way.issuer).host}
          </Button>
          <p className="fd-dim fd-sign-in-or">or with a token of Flightdeck’s own</p>
        </>
      )}
      <TokenForm isOnly={way === null} />
    </>
  );
}

function TokenForm({ isOnly }: { readonly isOnly: boolean }) {
  const [token, setToken] = useState('');
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (token.trim() !== '') beginSession(token.trim());
  };
  return (
    <form onSubmit={submit}>
      {isOnly && (
        <p className="fd-dim">
          Open the link that <code>npm start</code> prints, or paste a token: the administrator’s is in the
          file <code>admin-token</code> of the data directory; others are made under System, Keys.
        </p>
      )}
      <PasswordInput
        label="Token"
        size="sm"
        autoFocus={isOnly}
        autoComplete="current-password"
        value={token}
        onChange={(event) => setToken(event.currentTarget.value)}
      />
      <Button type="submit" size="sm" variant={isOnly ? 'filled' : 'default'} disabled={token.trim() === ''}>
        Sign in
      </Button>
    </form>
  );
}

function whyNot(error: unknown, by: SignedInBy): string {
  const { status, title } = asProblem(error, 0);
  if (status === 401 && by === 'issuer')
    return 'The issuer knows you, and Flightdeck does not: your token must name one role of Flightdeck and be meant for it.';
  if (status === 401) return 'The token is not valid.';
  if (status === 403) return 'This token is too old for the console: make a new key.';
  return title;
}
