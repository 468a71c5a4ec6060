import { QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp } from "antd";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import "@/app/base.css";
import { watchMissingCode } from "@/app/missingCode";
import { makeQueryClient } from "@/app/queryClient";
import { makeRouter } from "@/app/routes";
import { ThemeProvider } from "@/app/theme/ThemeProvider";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

watchMissingCode();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={makeQueryClient()}>
      <ThemeProvider>
        <AntApp component={false}>
          <RouterProvider router={makeRouter()} />
        </AntApp>
      </ThemeProvider>
    </QueryClientProvider>
  </StrictMode>,
);
