/** wukongimjssdk as published, a fresh copy without our seams, for comparing and for showing its faults. */
import { vi } from 'vitest';

export async function bareSdk() {
  vi.resetModules();
  const [index, proto, security, guid, model, connectManager] = await Promise.all([
    import('wukongimjssdk'),
    import('wukongimjssdk/lib/proto'),
    import('wukongimjssdk/lib/security'),
    import('wukongimjssdk/lib/guid'),
    import('wukongimjssdk/lib/model'),
    import('wukongimjssdk/lib/connect_manager'),
  ]);
  return { WKSDK: index.default, proto, security, guid, model, connectManager };
}

export type BareSdk = Awaited<ReturnType<typeof bareSdk>>;
