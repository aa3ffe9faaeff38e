/** The part of the package that codes; what records and plays in a page is not used. */
declare module 'benz-amr-recorder/src/amrnb.js' {
  const begin: () => void;
  export default begin;
}
