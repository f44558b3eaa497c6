@NullMarked
package leaseback.manager.sealing;

import org.jspecify.annotations.NullMarked;
