// The informer's contract: client-go keeps a copy of all config maps of a namespace that equals what the server has,
// through many changes, broken watches, and a watch that is told its version is too old (410).
//
//	informer -server http://127.0.0.1:8001 -namespace informer -changes 10000 -writers 8
//
// Prints one line of JSON. Ends with 1 when the copy differs.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// door refuses the informer's way to the server while it is shut, and cuts what is open.
type door struct {
	next http.RoundTripper
	shut atomic.Bool
	mu   sync.Mutex
	open map[*stream]struct{}

	lists, watches, streams, refused, gone atomic.Int64
}

func (d *door) RoundTrip(request *http.Request) (*http.Response, error) {
	if d.shut.Load() {
		d.refused.Add(1)
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	query := request.URL.Query()
	watching := query.Get("watch") != ""
	switch {
	case watching && query.Get("sendInitialEvents") == "true":
		d.streams.Add(1)
	case watching:
		d.watches.Add(1)
	default:
		d.lists.Add(1)
	}
	response, err := d.next.RoundTrip(request)
	if err != nil || !watching {
		return response, err
	}
	stream := &stream{ReadCloser: response.Body, door: d}
	d.mu.Lock()
	d.open[stream] = struct{}{}
	d.mu.Unlock()
	response.Body = stream
	return response, nil
}

// stream is the body of a watch. Cut, it ends as a server ends it: without an error.
type stream struct {
	io.ReadCloser
	door *door
	cut  atomic.Bool
}

func (s *stream) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if s.cut.Load() {
		return 0, io.EOF
	}
	if bytes.Contains(p[:n], []byte(`"type":"ERROR"`)) && bytes.Contains(p[:n], []byte(`"code":410`)) {
		s.door.gone.Add(1)
	}
	return n, err
}

func (d *door) close() {
	d.shut.Store(true)
	d.mu.Lock()
	defer d.mu.Unlock()
	for one := range d.open {
		one.cut.Store(true)
		_ = one.ReadCloser.Close()
	}
	d.open = map[*stream]struct{}{}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	server := flag.String("server", "http://127.0.0.1:8001", "URL of the API")
	namespace := flag.String("namespace", "informer", "namespace for the objects")
	changes := flag.Int("changes", 10000, "how many writes")
	writers := flag.Int("writers", 8, "how many write at once")
	flag.Parse()
	ctx := context.Background()

	// The demo cluster speaks JSON; client-go would write protobuf.
	plain := &rest.Config{Host: *server, QPS: -1, ContentConfig: rest.ContentConfig{ContentType: "application/json"}}
	writer, err := kubernetes.NewForConfig(plain)
	must(err)
	_, err = writer.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: *namespace}}, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		must(err)
	}

	way := &door{open: map[*stream]struct{}{}}
	watched := rest.CopyConfig(plain)
	watched.Wrap(func(next http.RoundTripper) http.RoundTripper { way.next = next; return way })
	reader, err := kubernetes.NewForConfig(watched)
	must(err)

	factory := informers.NewSharedInformerFactoryWithOptions(reader, 0, informers.WithNamespace(*namespace))
	informer := factory.Core().V1().ConfigMaps().Informer()
	var added, updated, deleted atomic.Int64
	// A second copy, made of what the handlers are told alone: an event that is lost or doubled makes it differ.
	var mu sync.Mutex
	told := map[string]string{}
	var wrong atomic.Int64
	_, err = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(object any) {
			one := object.(*corev1.ConfigMap)
			added.Add(1)
			mu.Lock()
			defer mu.Unlock()
			if _, there := told[one.Name]; there {
				wrong.Add(1)
			}
			told[one.Name] = one.ResourceVersion
		},
		UpdateFunc: func(_, object any) {
			one := object.(*corev1.ConfigMap)
			updated.Add(1)
			mu.Lock()
			defer mu.Unlock()
			if _, there := told[one.Name]; !there {
				wrong.Add(1)
			}
			told[one.Name] = one.ResourceVersion
		},
		DeleteFunc: func(object any) {
			if unknown, ok := object.(cache.DeletedFinalStateUnknown); ok {
				object = unknown.Obj
			}
			deleted.Add(1)
			mu.Lock()
			defer mu.Unlock()
			name := object.(*corev1.ConfigMap).Name
			if _, there := told[name]; !there {
				wrong.Add(1)
			}
			delete(told, name)
		},
	})
	must(err)
	stop := make(chan struct{})
	defer close(stop)
	factory.Start(stop)
	if !cache.WaitForCacheSync(stop, informer.HasSynced) {
		must(fmt.Errorf("the informer never had a first copy"))
	}

	// Half of the changes are seen as they come, with one break between. The other half comes while the door is shut:
	// more than the server remembers, so that the way back is a 410 and a new list.
	began := time.Now()
	half := *changes / 2
	write(ctx, writer, *namespace, half/2, *writers)
	way.close()
	time.Sleep(200 * time.Millisecond)
	way.shut.Store(false)
	write(ctx, writer, *namespace, half-half/2, *writers)
	way.close()
	write(ctx, writer, *namespace, *changes-half, *writers)
	way.shut.Store(false)
	write(ctx, writer, *namespace, 50, *writers)
	wrote := time.Since(began)

	var difference string
	deadline := time.Now().Add(90 * time.Second)
	for {
		difference = compare(ctx, writer, *namespace, informer.GetStore(), &mu, told)
		if difference == "" || time.Now().After(deadline) {
			break
		}
		time.Sleep(250 * time.Millisecond)
	}
	result := map[string]any{
		"changes": *changes, "seconds": wrote.Seconds(), "objects": len(informer.GetStore().ListKeys()),
		"added": added.Load(), "updated": updated.Load(), "deleted": deleted.Load(), "wrongOrder": wrong.Load(),
		"lists": way.lists.Load(), "watches": way.watches.Load(), "streamingLists": way.streams.Load(),
		"refused": way.refused.Load(), "expired": way.gone.Load(), "difference": difference,
	}
	text, _ := json.Marshal(result)
	fmt.Println(string(text))
	if difference != "" || wrong.Load() > 0 {
		os.Exit(1)
	}
}

// write creates, changes and deletes config maps; each writer has names of its own.
func write(ctx context.Context, client kubernetes.Interface, namespace string, changes, writers int) {
	var wait sync.WaitGroup
	for writer := range writers {
		share := changes / writers
		if writer < changes%writers {
			share++
		}
		wait.Add(1)
		go func() {
			defer wait.Done()
			api := client.CoreV1().ConfigMaps(namespace)
			for done := 0; done < share; {
				name := fmt.Sprintf("copy-%d-%d", writer, rand.Intn(100))
				object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{"n": strconv.Itoa(rand.Int())}}
				var err error
				if rand.Intn(4) == 0 {
					err = api.Delete(ctx, name, metav1.DeleteOptions{})
				} else if _, err = api.Update(ctx, object, metav1.UpdateOptions{}); apierrors.IsNotFound(err) {
					_, err = api.Create(ctx, object, metav1.CreateOptions{})
				}
				if apierrors.IsNotFound(err) {
					continue
				}
				must(err)
				done++
			}
		}()
	}
	wait.Wait()
}

// compare says how the copies differ from the server, or nothing.
func compare(ctx context.Context, client kubernetes.Interface, namespace string, store cache.Store, mu *sync.Mutex, told map[string]string) string {
	list, err := client.CoreV1().ConfigMaps(namespace).List(ctx, metav1.ListOptions{})
	must(err)
	mu.Lock()
	defer mu.Unlock()
	if len(list.Items) != len(store.ListKeys()) || len(list.Items) != len(told) {
		return fmt.Sprintf("the server has %d, the copy %d, the handlers know %d", len(list.Items), len(store.ListKeys()), len(told))
	}
	for _, item := range list.Items {
		object, there, _ := store.GetByKey(namespace + "/" + item.Name)
		if !there {
			return item.Name + " is missing"
		}
		copied := object.(*corev1.ConfigMap)
		if copied.ResourceVersion != item.ResourceVersion || copied.Data["n"] != item.Data["n"] || copied.UID != item.UID {
			return item.Name + " differs"
		}
		if told[item.Name] != item.ResourceVersion {
			return item.Name + " was told otherwise"
		}
	}
	return ""
}
