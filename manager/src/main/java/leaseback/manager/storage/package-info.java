@NullMarked
package leaseback.manager.storage;

import org.jspecify.annotations.NullMarked;
