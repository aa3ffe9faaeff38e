/** One JSON object a line on stderr. Never content, tokens, query strings or names; ids of messages and people only. */
export type Fields = Readonly<Record<string, string | number | boolean>>;

export interface Log {
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
}

export const stderrLog: Log = {
  info: (event, fields) => write('info', event, fields),
  warn: (event, fields) => write('warn', event, fields),
};

function write(level: string, event: string, fields: Fields = {}): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
}
