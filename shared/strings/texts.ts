/** The shapes of the string tables. */

/** A text, or its forms for one and for other numbers (`n`). */
export type StringEntry = string | { readonly one: string; readonly other: string };

/** What a table of another language must hold to go with the Chinese one. */
export type Texts<Chinese> = { readonly [Key in keyof Chinese]: StringEntry };

/** Names of the `{name}` placeholders of an entry. */
export type ParamNames<Entry> = Entry extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : Entry extends { readonly one: infer One; readonly other: infer Other }
    ? ParamNames<One> | ParamNames<Other>
    : never;
