import { isAnswer } from './oidc/attempt';
import { endSession, resumeSession, waitForIssuer } from './session';

/** Begins with what the tab has: an issuer's answer, a token, or an issuer that may know the person still. */
export function startSession(): void {
  if (isAnswer(window.location)) void atIssuer(({ comeBack }) => comeBack());
  else if (resumeSession(window.location, window.history) === 'by-issuer')
    void atIssuer(({ goToIssuer }) => goToIssuer({ isSilent: true }));
}

/** Sends the person to the issuer, who is asked who they are. */
export function signInAtIssuer(): void {
  void atIssuer(({ goToIssuer }) => goToIssuer({ isSilent: false }));
}

/** What speaks to issuers is loaded when there is one to speak to. */
async function atIssuer(
  what: (module: typeof import('./oidc/issuer-session')) => Promise<void>,
): Promise<void> {
  waitForIssuer();
  try {
    await what(await import('./oidc/issuer-session'));
  } catch (error) {
    endSession(error instanceof Error ? error.message : 'It did not work.');
  }
}
