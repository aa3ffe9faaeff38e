/** Demo data of the embedded servers (`--seed demo`); see business/seed/. */
export { DEMO_ACCOUNTS, DEMO_PASSWORD, seedDemo } from './business/seed/seed-demo.ts';
