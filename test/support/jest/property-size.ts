import fc from 'fast-check';

// `maxLength: 60` means up to 60: by default fast-check would stop at 10
fc.configureGlobal({ defaultSizeToMaxWhenMaxSpecified: true });
