/**
 * Entry of `npm run server`, plain CommonJS because it has to run before anything else is loaded: the compile cache
 * spares the memory of Node's type stripper from the second start on. main.ts works alone as well, with more memory.
 */
require('node:module').enableCompileCache();
void import('./main.ts');
