@NullMarked
package leaseback.host.link;

import org.jspecify.annotations.NullMarked;
