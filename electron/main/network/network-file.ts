/** `network.json` of a profile: the proxy that is set, further authorities, and sealed passwords of proxies. */
import { join } from 'node:path';
import { z } from 'zod';
import { defaultNetworkConfig, NetworkConfig } from '../../../shared/network.ts';
import { jsonFile } from '../files/json-file.ts';

const NetworkFile = z.object({
  config: NetworkConfig,
  caFile: z.string().nullable().catch(null),
  signIns: z.array(z.object({ proxy: z.string(), user: z.string(), sealed: z.string() })).catch([]),
});
type NetworkFile = z.infer<typeof NetworkFile>;

export interface KeptNetwork {
  readonly value: NetworkFile;
  change: (patch: Partial<NetworkFile>) => void;
}

const nothing = (): NetworkFile => ({ config: defaultNetworkConfig, caFile: null, signIns: [] });

export function openNetworkFile(userDataDir: string, warn: (message: string) => void): KeptNetwork {
  const file = jsonFile(join(userDataDir, 'network.json'), NetworkFile, nothing, warn);
  let value = file.read();
  return {
    get value() {
      return value;
    },
    change(patch) {
      value = { ...value, ...patch };
      file.write(value);
    },
  };
}
