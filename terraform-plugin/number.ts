/**
 * Terraform's numbers are decimals of up to 512 bits. Most fit a double, in the
 * sense that the double prints as the same decimal; the others stay text.
 */

/** A number as handlers see it: a double where that prints alike, else text. */
export function numberFromText(text: string): number | string {
  const double = Number(text);
  const decimal = canonicalDecimal(text);
  return Number.isFinite(double) && canonicalDecimal(String(double)) === decimal
    ? double + 0 // turns -0 into 0
    : decimal;
}

/**
 * One spelling for each decimal: `12.50`, `1.25e1` and `12.5` are all `12.5`.
 *
 * @throws RangeError for what is not a decimal number.
 */
export function canonicalDecimal(text: string): string {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text);
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match ?? [];
  if (whole + fraction === "")
    throw new RangeError(`not a decimal number: "${text}"`);
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  const scale =
    Number(exponent) - fraction.length + (digits.length - significant.length);
  return (sign === "-" ? "-" : "") + plain(significant, scale);
}

function plain(significant: string, scale: number): string {
  if (Math.abs(scale) > 10_000) return `${significant}e${scale}`;
  if (scale >= 0) return significant + "0".repeat(scale);
  const padded = significant.padStart(1 - scale, "0");
  return `${padded.slice(0, scale)}.${padded.slice(scale)}`;
}
