import { ROLE_PERMISSIONS, ROLES, type Role } from '@flightdeck/contracts';
import { OidcUnavailable, ProblemException, type Authenticator, type Principal } from '@flightdeck/platform';

/** Verified claims of a token, or undefined. @throws {OidcUnavailable} when nobody can tell. */
export interface TokenVerifier {
  verify(token: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** Which claims of an issuer's token say who somebody is and what they may do. */
export interface ClaimNames {
  /** Holds one of our roles, or a list with exactly one of them in it. */
  readonly role: string;
  /** Names the human being, in the words in which API keys name theirs: four eyes compare the two. */
  readonly person: string;
}

/** Longer than any name of a person or subject that an issuer gives. */
const NAME_LENGTH_MAX = 255;
/** Three parts of base64url (RFC 7519 §3); nothing else is sent through the verifier. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/u;

/** Knows API keys, and the tokens of the OpenID Connect issuer. */
export function peopleAuthenticator(
  keys: Authenticator,
  issuer: TokenVerifier,
  names: ClaimNames,
): Authenticator {
  return {
    authenticate: async (token) => {
      const known = await keys.authenticate(token);
      if (known !== undefined || !JWT.test(token)) return known;
      return principalOf(await claimsOf(token, issuer), names);
    },
  };
}

async function claimsOf(token: string, issuer: TokenVerifier): ReturnType<TokenVerifier['verify']> {
  try {
    return await issuer.verify(token);
  } catch (error) {
    if (!(error instanceof OidcUnavailable)) throw error;
    throw new ProblemException(503, 'issuer-unavailable', 'The issuer of the token cannot be asked.', {
      headers: { 'retry-after': '5' },
    });
  }
}

/** A token whose claims leave open who it is, or what they may do, opens nothing. */
function principalOf(
  claims: Readonly<Record<string, unknown>> | undefined,
  names: ClaimNames,
): Principal | undefined {
  if (claims === undefined) return undefined;
  const subject = nameIn(claims, 'sub');
  const person = nameIn(claims, names.person);
  const [role, ...others] = rolesIn(claims, names.role);
  if (subject === undefined || person === undefined || role === undefined || others.length > 0)
    return undefined;
  return { id: `oidc:${subject}`, role, person, permissions: ROLE_PERMISSIONS[role] };
}

function nameIn(claims: Readonly<Record<string, unknown>>, claim: string): string | undefined {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  return typeof value === 'string' && value !== '' && value.length <= NAME_LENGTH_MAX ? value : undefined;
}

function rolesIn(claims: Readonly<Record<string, unknown>>, claim: string): readonly Role[] {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  const said: readonly unknown[] = Array.isArray(value) ? value : [value];
  return ROLES.filter((role) => said.includes(role));
}
