/**
 * A test that shows at length what a shorter one shows: run by
 * `npm run test:full`, and where its file is named.
 */
export const atLength = process.env.FULL ? test : test.skip;
