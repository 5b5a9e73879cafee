import type { ReactNode } from 'react';

/** Drawn on 16 × 16, stroked in the text's colour. Decoration: whatever it says is also said in words. */
const PATHS = {
  campaigns: <path d="M2 12.5 5.5 8l3 2.5L14 4M10.5 4H14v3.5" />,
  advertisers: <path d="M2.5 13.5V6l5.5-3.5L13.5 6v7.5zM6.5 13.5V10h3v3.5M5.5 7.5h.01M10.5 7.5h.01" />,
  rules: <path d="M3 3.5h5M3 8h10M3 12.5h7M11 2v3M6 6.5v3M12.5 11v3" />,
  commands: <path d="m3 4 4 4-4 4M8.5 12.5H13" />,
  audit: <path d="M4 2h6l3 3v9H4zM10 2v3h3M6.5 8.5h4M6.5 11h4" />,
  system: <path d="M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01" />,
  search: <path d="M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.5 10.5 14 14" />,
  sun: (
    <path d="M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1" />
  ),
  moon: <path d="M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7Z" />,
  person: <path d="M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 14c.6-2.6 2.8-4 5.5-4s4.9 1.4 5.5 4" />,
  pause: <path d="M5 3v10M11 3v10" strokeWidth="2.4" />,
  play: <path d="M4.5 3v10L13 8z" />,
  undo: <path d="M6 3 2.5 6.5 6 10M3 6.5h6.5a4 4 0 0 1 0 8H7" />,
  download: <path d="M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11" />,
  columns: <path d="M2 3h12v10H2zM6 3v10M10 3v10" />,
  star: <path d="m8 2 1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5z" />,
  plus: <path d="M8 3v10M3 8h10" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  check: <path d="m3 8.5 3.5 3.5L13 4.5" />,
  warning: <path d="M8 2 1.5 13.5h13zM8 6.5v3.5M8 12h.01" />,
  link: (
    <path d="M6.5 9.5 9.5 6.5M7 4.5l1.5-1.5a3.2 3.2 0 0 1 4.5 4.5L11.5 9M9 11.5 7.5 13A3.2 3.2 0 0 1 3 8.5L4.5 7" />
  ),
  refresh: <path d="M13 3v3.5H9.5M13 6.5A5.5 5.5 0 1 0 13.5 9" />,
  help: <path d="M6 6a2 2 0 1 1 2.8 1.8c-.6.3-.8.7-.8 1.4M8 12h.01M8 15A7 7 0 1 0 8 1a7 7 0 0 0 0 14Z" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {PATHS[name]}
    </svg>
  );
}
