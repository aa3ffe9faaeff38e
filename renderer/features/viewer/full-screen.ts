/** A system that refuses leaves what is shown as it is. */
export async function toggleFullScreen(box: HTMLElement | null): Promise<void> {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await box?.requestFullscreen();
  } catch {
    // See above.
  }
}
