/** Vite plugin: asm.js as the plain JavaScript that it also is. V8 would refuse it with a warning on the terminal. */
import type { Plugin } from 'vite';

export function noAsm(): Plugin {
  return {
    name: 'wukong:no-asm',
    transform: (code, id) =>
      /[\\/]benz-amr-recorder[\\/]/.test(id)
        ? { code: code.replaceAll(/(["'])use asm\1;?/g, ''), map: null }
        : null,
  };
}
