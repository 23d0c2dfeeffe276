/**
 * The comparison as CSV (RFC 4180): a line for each field, param, metric and tag, a column for each session.
 *
 * @param {import('../sessions/sessions-api.js').Session[]} sessions
 * @param {import('./compare-rows.js').Line[]} lines
 * @returns {string}
 */
export function comparisonCsv(sessions, lines) {
  const rows = [
    ['group', 'key', 'differs', ...sessions.map(({ name }) => name)],
    ['', 'id', '', ...sessions.map(({ id }) => id)],
    ...lines.filter(({ head }) => !head).map(({ group, id, differs, values }) => [group, id.slice(group.length + 1), differs, ...values]),
  ];
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/**
 * Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"); numbers are
 * written as they are.
 */
function cell(value) {
  if (value === null) {
    return '';
  }
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
