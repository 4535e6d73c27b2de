// What a browser says of itself, its machine and its GPU.

/** Facts by name, all texts; and the GPU's adapter: "none", "software" or "hardware". */
export async function machine() {
  const { gpu, adapter } = await graphics();
  const facts = { ...(await browser()), Cores: String(navigator.hardwareConcurrency) };
  // Not every browser tells it, and none exactly.
  if (navigator.deviceMemory) facts.Memory = `about ${navigator.deviceMemory} GB`;
  return { facts: { ...facts, GPU: gpu }, adapter };
}

async function browser() {
  const data = navigator.userAgentData;
  if (!data) return { Browser: navigator.userAgent };
  const wanted = ["architecture", "bitness", "model", "platformVersion", "fullVersionList"];
  const { fullVersionList, platform, platformVersion, architecture, bitness, model } = await data.getHighEntropyValues(wanted);
  // Browsers put one in that is none, lest anybody rely on the list.
  const brands = fullVersionList.filter(({ brand }) => !/not.?a.?brand/i.test(brand));
  return {
    Browser: brands.map(({ brand, version }) => `${brand} ${version}`).join(", "),
    System: [platform, platformVersion, architecture, bitness && `${bitness} bit`, model].filter(Boolean).join(" "),
  };
}

async function graphics() {
  if (!navigator.gpu) return { gpu: "none: this browser has no WebGPU, or has it switched off", adapter: "none" };
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return { gpu: "none: the browser offers no adapter", adapter: "none" };
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const software = isFallbackAdapter || /swiftshader|llvmpipe/i.test(`${architecture} ${device} ${description}`);
  const name = [vendor, architecture, device, description].filter(Boolean).join(" ") || "an adapter without a name";
  return { gpu: software ? `${name} (software)` : name, adapter: software ? "software" : "hardware" };
}
