/** Of the product; also in package.json. */
export const VERSION = '0.1.0';
