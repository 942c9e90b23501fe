// The signs of the pages, drawn on a grid of 20: strokes only, so that they take the colour of their text. Never the only bearer of
// a meaning: whoever shows one says the same in words or in a label.

const paths = {
  none: "",
  check: "M4 10.5l4 4 8-9",
  close: "M5 5l10 10M15 5L5 15",
  settings: "M3 6h9M16 6h1M3 14h1M8 14h9M14 4v4M6 12v4",
  phone:
    "M4 3.5h3l1.5 4-2 1.5a10 10 0 0 0 4.5 4.5l1.5-2 4 1.5v3a1.5 1.5 0 0 1-1.6 1.5A13.5 13.5 0 0 1 2.5 5.1 1.5 1.5 0 0 1 4 3.5z",
  hangUp: "M2.5 11.5c4.5-4.6 10.5-4.6 15 0l-1.8 2.3-3.2-1.3v-2.2a9 9 0 0 0-5 0v2.2l-3.2 1.3z",
  pause: "M7 4v12M13 4v12",
  play: "M6 4l10 6-10 6z",
  microphone:
    "M10 2.5a2.5 2.5 0 0 1 2.5 2.5v4.5a2.5 2.5 0 0 1-5 0V5A2.5 2.5 0 0 1 10 2.5zM4.5 9.5a5.5 5.5 0 0 0 11 0M10 15v2.5",
  microphoneOff:
    "M7.5 5a2.5 2.5 0 0 1 5 0v4.5M10 12a2.5 2.5 0 0 1-2.5-2.5M4.5 9.5a5.5 5.5 0 0 0 9 4.2M10 15v2.5M3 3l14 14",
  keypad:
    "M4.5 4.5h.01M10 4.5h.01M15.5 4.5h.01M4.5 10h.01M10 10h.01M15.5 10h.01M4.5 15.5h.01M10 15.5h.01M15.5 15.5h.01",
  transfer: "M3 7h12M11.5 3.5L15 7l-3.5 3.5M17 13H5M8.5 9.5L5 13l3.5 3.5",
  people:
    "M7.5 9a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM2.5 16.5c0-3 2.2-4.7 5-4.7s5 1.7 5 4.7M13 9a2.5 2.5 0 1 0-.5-4.9M14.5 12c2 .4 3.2 2 3.2 4.5",
  incoming: "M15.5 4.5l-10 10M5.5 7v7.5H13",
  outgoing: "M4.5 15.5l10-10M7 5.5h7.5V13",
  inside: "M3 7h13M3 13h13M13 4l3 3-3 3M6 10l-3 3 3 3",
  backspace: "M7 4.5h10v11H7L2.5 10zM9.5 8l4 4M13.5 8l-4 4",
  computer: "M3 4h14v9H3zM7 16.5h6M10 13v3.5",
  camera: "M2.5 5.5h10v9h-10zM12.5 9l5-3v8l-5-3z",
  cameraOff: "M7 5.5h5.5V11M12.5 9l5-3v8l-5-3M12.5 14.5h-10v-9h1.5M3 3l14 14",
  speaker: "M3.5 8v4h3l4 3.5v-11L6.5 8zM13.5 7.5a3.5 3.5 0 0 1 0 5M15.5 5a7 7 0 0 1 0 10",
  signOut: "M8 3.5H4v13h4M8.5 10H17M13.5 6.5L17 10l-3.5 3.5",
  warning: "M10 3l7.5 13.5h-15zM10 8v4M10 14.5h.01",
  info: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 9v5M10 6.5h.01",
  note: "M4 3h12v9.5L11.5 17H4zM7 7h6M7 10.5h4M11.5 17v-4.5H16",
  calendar: "M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3.5M13 3v3.5",
  clock: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 5.5V10l3 2",
  chevron: "M5.5 8l4.5 4.5L14.5 8",
  wifiOff: "M2.5 7.5A11 11 0 0 1 6 5.2M9.5 4a11 11 0 0 1 8 3.5M5.5 11a6.5 6.5 0 0 1 3-1.7M10 15.5h.01M3 3l14 14",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === "keypad" ? 2.6 : 1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={paths[name]} />
    </svg>
  );
}
