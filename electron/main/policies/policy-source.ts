/** What an organisation has set, as it was read from the system: values by name, nothing, or why it cannot be read. */
export type PolicySource =
  | { kind: 'none' }
  | { kind: 'values'; where: string; values: Readonly<Record<string, unknown>> }
  /** Something is there. Whether it locks anything nobody can know: so it does. */
  | { kind: 'unreadable'; where: string; why: string };
