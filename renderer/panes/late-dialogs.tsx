/** Dialogs over the chat that are seldom opened: their code is loaded then. */
import { latePart } from '../ui/late-part.tsx';
import { useForward } from '../state/messages/forward-store.ts';
import { useViewer } from '../state/media/viewer-store.ts';

const Forwarding = latePart(
  async () => (await import('../features/forward/forward-dialog.tsx')).ForwardDialog,
);
const Viewing = latePart(async () => (await import('../features/viewer/image-viewer.tsx')).ImageViewer);

export function ForwardDialog() {
  return useForward((state) => state.forwarding !== null) && <Forwarding />;
}

export function ImageViewer() {
  return useViewer((state) => state.viewing !== null) && <Viewing />;
}
