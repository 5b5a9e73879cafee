// The Nest CLI hands over its defaults; we keep them and add what a production bundle needs.
export default (options) => ({
  ...options,
  output: { ...options.output, clean: false },
  devtool: 'source-map',
  module: {
    ...options.module,
    // `import.meta.url` stays what Node says it is: files beside the bundle are found from it.
    parser: {
      ...options.module.parser,
      javascript: { importMeta: false, url: false, worker: false },
    },
    rules: options.module.rules.map((rule) => ({
      ...rule,
      sideEffects: false, // none of our files does anything when it is only imported: what a bundle does not use is left out
      use: rule.use.map((step) => ({
        ...step,
        options: {
          ...step.options,
          sourceMaps: true,
          jsc: { ...step.options.jsc, target: 'es2022', keepClassNames: true },
        },
      })),
    })),
  },
});
