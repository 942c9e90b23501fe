// Files that the bundler turns into addresses, and styles that it gathers.

declare module "*.svg" {
  const address: string;
  export default address;
}

declare module "*.css";
