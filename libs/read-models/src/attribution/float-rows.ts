/** The bytes of an array of numbers, little-endian as on every platform Node runs on. */
export function bytesOf(numbers: readonly number[] | Float64Array): Uint8Array {
  const array = Float64Array.from(numbers);
  return new Uint8Array(array.buffer);
}

/** The numbers that {@link bytesOf} made bytes of. */
export function numbersOf(bytes: Uint8Array): Float64Array {
  // A copy, because a Float64Array must begin at a multiple of 8.
  return new Float64Array(Uint8Array.from(bytes).buffer);
}

/** A whole number ≥ 0 as text that sorts like it. */
export function sortable(number: number): string {
  return String(number).padStart(16, '0');
}
