/**
 * Tables as files.
 */

/** Return rows as comma-separated values (RFC 4180), safe to open in a spreadsheet. */
export function csvOf(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map(row => row.map(field).join(',') + '\r\n').join('');
}

/** Let the browser save something. */
export function save(name: string, content: Blob | string): void {
  const isAddress = typeof content === 'string';
  const address = isAddress ? content : URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  if (!isAddress) {
    // The browser has taken hold of it when the click is done.
    window.setTimeout(() => URL.revokeObjectURL(address));
  }
}

function field(value: string | number | null): string {
  if (value === null) {
    return '';
  }
  if (typeof value === 'number') {
    return String(value);
  }
  // A spreadsheet would take such a text for a formula.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
