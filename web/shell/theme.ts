// How the pages look: one calm accent, small type, little rounding; every text at 4.5:1 or better on its ground (WCAG 2.2 1.4.3).

import { type CSSVariablesResolver, createTheme } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "cyan",
  // The grounds, lines and ink of shell.css: fields, dialogs and rows stand on what the pages stand on.
  black: "#1a2026",
  colors: {
    dark: [
      ...(["#e7eaed", "#bcc4cb", "#8d969f", "#6f7983", "#4a535c"] as const),
      ...(["#363e46", "#2a3037", "#1f2429", "#16191d", "#0f1215"] as const),
    ],
  },
  primaryShade: 9,
  autoContrast: true,
  respectReducedMotion: true,
  luminanceThreshold: 0.35,
  defaultRadius: "sm",
  cursorType: "pointer",
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace',
  headings: { fontWeight: "600" },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  components: {
    Loader: { defaultProps: { color: "var(--accent)" } },
    Tooltip: { defaultProps: { openDelay: 400 } },
    Button: { defaultProps: { size: "sm" } },
    // What explains a field stands below it: fields side by side are on one line.
    InputWrapper: { defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] } },
  },
});

/** What the component library paints too pale to read: quiet texts, and filled buttons under the mouse. */
const filled = {
  "--mantine-color-cyan-filled": "#0b7285",
  "--mantine-color-cyan-filled-hover": "#095c6b",
  "--mantine-primary-color-filled": "#0b7285",
  "--mantine-primary-color-filled-hover": "#095c6b",
  "--mantine-color-teal-filled": "#087f5b",
  "--mantine-color-teal-filled-hover": "#06664a",
  "--mantine-color-red-filled": "#c92a2a",
  "--mantine-color-red-filled-hover": "#a82323",
};

export const contrast: CSSVariablesResolver = () => ({
  // Darker under the pointer, not paler.
  variables: { "--mantine-color-cyan-filled-hover": "#095c6b", "--mantine-primary-color-filled-hover": "#095c6b" },
  light: {
    ...filled,
    "--mantine-color-dimmed": "#55606b",
    "--mantine-color-placeholder": "#66717c",
    "--mantine-color-error": "#c02a2a",
  },
  dark: {
    ...filled,
    "--mantine-color-dimmed": "#a3abb3",
    "--mantine-color-placeholder": "#98a1aa",
    "--mantine-color-error": "#ff8787",
  },
});
