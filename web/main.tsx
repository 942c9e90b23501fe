// Starts the pages in the browser.

import "./shell/component-styles.ts";
import "./shell/shell.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { openLanguage } from "./i18n/language.ts";

await openLanguage();
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
