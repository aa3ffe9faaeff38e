/** Connections over TLS that are kept for the next request, as long as the same authorities are trusted. */
import { Agent, type AgentOptions } from 'node:https';

/** Of this thread. */
const agents = new Set<WeakRef<Agent>>();

export function secureAgent(options: AgentOptions): Agent {
  // No session: one that is taken up again brings along what was thought of its certificate then.
  const agent = new Agent({ ...options, maxCachedSessions: 0 });
  agents.add(new WeakRef(agent));
  return agent;
}

/** Other authorities are trusted in this thread. */
export function endKeptConnections(): void {
  for (const kept of agents) {
    const agent = kept.deref();
    if (agent) agent.destroy();
    else agents.delete(kept);
  }
}
