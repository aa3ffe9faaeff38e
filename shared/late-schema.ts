/**
 * A schema that is made when it is first used. The build wraps those at the top of modules in it
 * (scripts/late-schemas.ts): a start checks few of the shapes that the app knows.
 */

/** What stands for the schema that `make` gives: reads of properties, `in` and `instanceof` go to that. */
export function lateSchema<S extends object>(make: () => S): S {
  let made: S | null = null;
  const schema = (): S => (made ??= make());
  return new Proxy({} as S, {
    get: (_none, name): unknown => Reflect.get(schema(), name),
    set: (_none, name, value) => Reflect.set(schema(), name, value),
    has: (_none, name) => Reflect.has(schema(), name),
    getPrototypeOf: () => Reflect.getPrototypeOf(schema()),
  });
}
