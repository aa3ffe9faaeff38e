/** The golden circlet, the app's mark. */
export function Logo({ size, className }: { size: number; className?: string | undefined }) {
  return (
    <svg viewBox="0 0 48 48" width={size} height={size} className={className} aria-hidden="true">
      <g fill="none" stroke="currentColor" strokeWidth="4" strokeLinecap="round">
        <path d="M10.5 31.5A16 16 0 1 1 37.5 31.5" />
        <path d="M10.5 31.5c2.6 4.2 7.8 4.3 9.4.8 1-2.3-.3-4.5-2.5-4.5" />
        <path d="M37.5 31.5c-2.6 4.2-7.8 4.3-9.4.8-1-2.3.3-4.5 2.5-4.5" />
      </g>
    </svg>
  );
}
