// English of what all pages share.

export const shell = {
  product: "Seatway",
  language: "Language",
  theme: "Colours",
  themeAuto: "As the system",
  themeLight: "Light",
  themeDark: "Dark",
  menu: "Menu",
  desk: "Agent desk",
  console: "Operator console",
  close: "Close",
  cancel: "Cancel",
  retry: "Try again",
  loading: "Loading…",
  skip: "Skip to content",
  broken: "This page has failed",
  brokenText:
    "Calls go on at your phone. Reload the page; if it fails again, tell your administrator what stands below.",
  reload: "Reload",
  notFound: "There is no such page",
  notFoundText: "The address is wrong, or the page has moved.",
  toDesk: "To the desk",
} as const;
