import { Public } from '@flightdeck/platform';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';

/** How the console lets people sign in, beside by token. */
export interface SignInWays {
  /** The authorization code flow with PKCE of a public client (RFC 7636, RFC 9700 §2.1.1); null when there is none. */
  readonly oidc: IssuerWay | null;
}

export interface IssuerWay {
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly scope: string;
}

/** What the console needs before anybody has signed in. Public: an issuer tells the same to everybody who asks it. */
@ApiExcludeController()
@Controller()
export class SignInController {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Public()
  @Get('sign-in.json')
  ways(): SignInWays {
    const { oidc } = this.options;
    if (oidc?.clientId === undefined) return { oidc: null };
    const { issuer, audience, clientId, scope = 'openid' } = oidc;
    return { oidc: { issuer, audience, clientId, scope } };
  }
}
