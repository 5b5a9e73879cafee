/** The ledger is not the one that was signed: an event was changed, taken out, put in or moved. */
export class LedgerNotAsSigned extends Error {
  override readonly name = 'LedgerNotAsSigned';
  constructor(
    /** Where it shows, in the global order. */
    readonly index: number,
    message: string,
  ) {
    super(message);
  }
}

/** The log was signed with another key than the one that is there now. */
export class WrongLogKey extends Error {
  override readonly name = 'WrongLogKey';
}
