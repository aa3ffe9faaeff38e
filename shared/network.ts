/** How this computer reaches the network: the setting of the app, and what a proxy does instead of answering. */
import { z } from 'zod';

/** `manual`: what follows, and never anything else: a proxy that cannot be used is said, not gone around. */
export const NetworkConfig = z.object({
  mode: z.enum(['system', 'none', 'manual']).catch('system'),
  kind: z.enum(['http', 'socks5', 'pac']).catch('http'),
  host: z.string().max(253).catch(''),
  port: z.int().min(0).max(65_535).catch(0),
  /** Address of the script that chooses a proxy (`kind: 'pac'`). */
  pacUrl: z.string().max(2_000).catch(''),
});
export type NetworkConfig = z.infer<typeof NetworkConfig>;

export const defaultNetworkConfig: NetworkConfig = NetworkConfig.parse({});

/**
 * `unreachable`: nothing listens there, or nobody answers. `signIn`: it asks for a user name and password, and none
 * is known. `wrongPassword`: the one that is known was refused. `scheme`: it takes only kinds of sign-in that this
 * app does not have. `refused`: it does not let this server or port through. `target`: it could not reach the server
 * either. `notProxy`: what answers is no proxy of this kind. `certificate`: of a proxy that is reached over TLS.
 * `pac`: the script cannot be loaded or is no script. `setting`: what is set is no proxy. `unsupported`: a kind of
 * proxy that this app does not speak.
 */
export const ProxyProblem = z.enum([
  'unreachable',
  'signIn',
  'wrongPassword',
  'scheme',
  'refused',
  'target',
  'notProxy',
  'certificate',
  'pac',
  'setting',
  'unsupported',
]);
export type ProxyProblem = z.infer<typeof ProxyProblem>;

/** Which proxy, and why nothing went through it. */
export const ProxyFault = z.object({
  /** `host:port`, or the address of a script; `''` where none is known. */
  address: z.string(),
  problem: ProxyProblem,
  /** Of `scheme`: the names; of `refused` and `target`: the server it was asked for, and the proxy's status. */
  detail: z.string(),
});
export type ProxyFault = z.infer<typeof ProxyFault>;

/** What `host` and `port` of a proxy look like where they are shown and kept: `[::1]:3128`. */
export const hostPort = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
