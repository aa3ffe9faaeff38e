/** The proxy, who signs in to it, and further authorities: answered by the main thread. */
import { z } from 'zod';
import { NetworkConfig, ProxyFault } from '../../network.ts';
import { Done, Nothing } from './arguments.ts';
import { call } from './channel.ts';

export const CaFileState = z.object({
  path: z.string(),
  /** Why it is no use; null = its certificates are trusted. */
  problem: z.enum(['missing', 'empty', 'damaged']).nullable(),
});

export const NetworkState = z.object({
  /** What is in effect. */
  config: NetworkConfig,
  /** An organisation's policy sets it. */
  managed: z.object({ proxy: z.boolean(), caFile: z.boolean() }),
  caFile: CaFileState.nullable(),
  /** Proxies for which a user name is known. */
  signedIn: z.array(z.object({ proxy: z.string(), user: z.string(), remembered: z.boolean() })),
  /**
   * This proxy waits for somebody to sign in; `refused`: what was tried is wrong. `user`: the name that was refused, or
   * is known; '' = none.
   */
  asking: z.object({ proxy: z.string(), refused: z.boolean(), user: z.string() }).nullable(),
  /** A user name and password can be remembered on this computer. */
  canRemember: z.boolean(),
  /** Grows with each change: what failed before may work now. */
  revision: z.int(),
});
export type NetworkState = z.infer<typeof NetworkState>;

/** Of a test: the server answered after so long, or what stood in the way. */
const TestResult = z.discriminatedUnion('result', [
  /** `server`: '' = none could be asked, the proxy is there. `way`: as scripts of proxies write it. */
  z.object({ result: z.literal('ok'), ms: z.number(), server: z.string(), way: z.string() }),
  z.object({ result: z.literal('proxy'), fault: ProxyFault }),
  z.object({
    result: z.literal('failed'),
    server: z.string(),
    way: z.string(),
    /** The server's certificate is not accepted. */
    certificate: z.boolean(),
  }),
]);
export type NetworkTest = z.infer<typeof TestResult>;

const Config = NetworkConfig.extend({
  mode: NetworkConfig.shape.mode.unwrap(),
  kind: NetworkConfig.shape.kind.unwrap(),
  host: NetworkConfig.shape.host.unwrap(),
  port: NetworkConfig.shape.port.unwrap(),
  pacUrl: NetworkConfig.shape.pacUrl.unwrap(),
});

export const networkContract = {
  /** `badArgument` with the field for what is no proxy; `managed` where a policy sets it. */
  'network.save': call(Config, Done),
  /** Reaches a server over what is typed, without keeping it. `server`: as typed; '' = the one that is used here. */
  'network.test': call(z.object({ config: Config, server: z.string().max(500) }), TestResult),
  /** Asks for a file with certificates; the path never comes from the page. false = cancelled. */
  'network.chooseCaFile': call(Nothing, z.object({ chosen: z.boolean() })),
  'network.forgetCaFile': call(Nothing, Done),
  'network.signIn': call(
    z.object({
      proxy: z.string().max(300),
      user: z.string().min(1).max(255),
      password: z.string().max(255),
      remember: z.boolean(),
    }),
    Done,
  ),
  /** Puts the question again that was put off. */
  'network.askSignIn': call(z.object({ proxy: z.string().max(300) }), Done),
  'network.putOffSignIn': call(Nothing, Done),
  'network.forgetSignIn': call(z.object({ proxy: z.string().max(300) }), Done),
} as const;
