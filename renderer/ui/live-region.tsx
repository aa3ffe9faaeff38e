import { create } from 'zustand';

const useAnnouncement = create<{ text: string; count: number }>(() => ({ text: '', count: 0 }));

/** Says something to screen readers, politely. The same text twice is said twice. */
export function announce(text: string): void {
  useAnnouncement.setState((state) => ({ text, count: state.count + 1 }));
}

/** The region `announce` speaks through; mounted once by the app. */
export function LiveRegion() {
  const { text, count } = useAnnouncement();
  return (
    <div className="visually-hidden" role="status" aria-live="polite" data-testid="announcements">
      <span key={count}>{text}</span>
    </div>
  );
}
