/** Tables as text that spreadsheets read (RFC 4180), without anything in them that they would run. */

/**
 * What makes a cell a formula in one of Excel, LibreOffice and Google Sheets, also behind spaces and in the wide forms
 * that Asian input methods write; a tab or a line break before it does not hinder them.
 */
const FORMULA = /^[\s\u{feff}]*[=+\-@＝＋－＠]/u;

function cell(value: string): string {
  const text = FORMULA.test(value) || /^[\t\r\n]/.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
}

/** With the mark by which Excel knows UTF-8, and the line ends it writes. */
export const csvOf = (rows: readonly (readonly string[])[]): string =>
  `\u{feff}${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
