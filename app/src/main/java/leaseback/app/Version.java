package leaseback.app;

import picocli.CommandLine.IVersionProvider;

/// What `--version` says.
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"leaseback " + (version == null ? "(not packaged)" : version), "Java " + Runtime.version()};
    }
}
