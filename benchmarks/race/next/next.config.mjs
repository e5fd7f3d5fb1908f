// Nothing that an API does not need, and nothing asked of the network.
export default { poweredByHeader: false, compress: false };
