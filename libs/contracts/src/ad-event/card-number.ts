const DIGITS_MIN = 13;
const DIGITS_MAX = 19;
const ZERO = 0x30;

/**
 * Whether a text reads as a payment card number: 13 to 19 digits with optional single spaces or dashes between them, whose Luhn
 * check digit holds (ISO/IEC 7812-1). One digit string in ten passes Luhn by chance, so an all-digit user id of that length
 * may be refused; storing a card number is the worse mistake.
 */
export function looksLikeCardNumber(text: string): boolean {
  const last = text.length - 1;
  if (text.length < DIGITS_MIN || text.length > 2 * DIGITS_MAX - 1) return false;
  let digits = 0;
  let sum = 0;
  let separated = true; // a separator at either end, or two in a row, is not how a card number is written
  for (let at = last; at >= 0; at--) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) {
      const weighted = digits % 2 === 1 ? digit * 2 : digit;
      sum += weighted > 9 ? weighted - 9 : weighted;
      digits++;
      separated = false;
    } else if (!separated && (text[at] === ' ' || text[at] === '-')) {
      separated = true;
    } else {
      return false;
    }
  }
  return !separated && digits >= DIGITS_MIN && digits <= DIGITS_MAX && sum % 10 === 0;
}
