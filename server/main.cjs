/**
 * Entry of `npm run server`, plain CommonJS because it has to run before anything else is loaded: the size of libuv's
 * pool is read at its first use (each thread that hashes a password keeps scrypt's 16 MiB; hashes queue instead), and
 * the compile cache spares the memory of Node's type stripper from the second start on. main.ts works alone as well,
 * with more memory.
 */
process.env.UV_THREADPOOL_SIZE ??= '1';
require('node:module').enableCompileCache();
void import('./main.ts');
