/** The nine fuses of a package: set in the runtime's own bytes after it is filled, read back by the check. */
import {
  flipFuses,
  type FuseConfig,
  FuseState,
  FuseV1Options,
  FuseVersion,
  getCurrentFuseWire,
} from '@electron/fuses';

/** By name, for reports; docs/packaging.md says why each. */
export const FUSES = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
  WasmTrapHandlers: true,
} as const satisfies Record<keyof typeof FuseV1Options, boolean>;

const names = Object.keys(FUSES) as (keyof typeof FUSES)[];

/**
 * `program` is the program file, on macOS the `.app`. A runtime with more fuses than are named above is an error, not a
 * fuse left as it came. `resign`: macOS on Apple silicon does not start a changed file without a signature.
 */
export async function setFuses(program: string, resign: boolean): Promise<void> {
  const values = Object.fromEntries(names.map((name) => [FuseV1Options[name], FUSES[name]]));
  await flipFuses(program, {
    ...values,
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    resetAdHocDarwinSignature: resign,
  } as FuseConfig);
}

/** What differs from the list above; empty = all as wanted. Throws when there is no fuse wire at all. */
export async function fuseProblems(program: string): Promise<string[]> {
  const wire = (await getCurrentFuseWire(program)) as unknown as Record<number, FuseState | undefined>;
  const problems = names.flatMap((name) => {
    const state = wire[FuseV1Options[name]];
    const wanted = FUSES[name] ? FuseState.ENABLE : FuseState.DISABLE;
    return state === wanted ? [] : [`fuse ${name} is ${stateName(state)}, not ${stateName(wanted)}`];
  });
  const unknown = Object.keys(wire).filter((key) => /^\d+$/.test(key) && Number(key) >= names.length);
  return [...problems, ...unknown.map((key) => `the runtime has a fuse ${key} that nobody decided on`)];
}

function stateName(state: FuseState | undefined): string {
  return state === undefined ? 'missing' : (FuseState[state] ?? String(state)).toLowerCase();
}
