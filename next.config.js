/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // Event streams must leave at once, and everything runs on loopback: compression only costs.
  compress: false,
  // The image optimizer is attack surface that nothing here needs.
  images: { unoptimized: true },
  productionBrowserSourceMaps: false,
  serverExternalPackages: ['pino'],
  typescript: { ignoreBuildErrors: process.env.ORDINAL_SKIP_TYPES === '1' },
  devIndicators: false,
}

export default config
