package leaseback.testbed.house;

import static org.assertj.core.api.Assertions.assertThat;

import leaseback.manager.lease.LeaseStep;
import org.junit.jupiter.api.Test;

/// The diagram of a lease's life is drawn from the types.
final class LeaseDiagramTest {
    @Test
    void theDiagramIsWhatTheStepsSay() {
        assertThat(House.text(House.root().resolve("docs/lease-life.md"))).contains("```mermaid\n" + drawn() + "```\n");
    }

    private static String drawn() {
        StringBuilder diagram = new StringBuilder("stateDiagram-v2\n    [*] --> OFFERED\n");
        for (LeaseStep from : LeaseStep.values()) {
            for (LeaseStep to : from.next()) {
                diagram.append("    ").append(from).append(" --> ").append(to).append('\n');
            }
            if (from.next().isEmpty()) {
                diagram.append("    ").append(from).append(" --> [*]\n");
            }
        }
        return diagram.toString();
    }
}
